/**
 * Who may come to the admin side, and what may they do there? TLS of its own, and one gate before every path.
 */
@NullMarked
package io.sallyport.admin.access;

import org.jspecify.annotations.NullMarked;
