/**
 * What do people see in a browser? One page without content, what its scripts ask for live, and nothing that the API
 * doesn't tell other programs too.
 */
@NullMarked
package io.sallyport.admin.console;

import org.jspecify.annotations.NullMarked;
