/**
 * What do other programs and browsers see? REST, health and metrics over HTTP, nothing of the data path.
 */
@NullMarked
package io.sallyport.admin;

import org.jspecify.annotations.NullMarked;
