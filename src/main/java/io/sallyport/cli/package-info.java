/**
 * What can the operator type, and what do they get back? Commands, exit statuses, terminal manners.
 */
@NullMarked
package io.sallyport.cli;

import org.jspecify.annotations.NullMarked;
