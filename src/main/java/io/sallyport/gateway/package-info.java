/**
 * How do the parts become one running gateway? Start, reload, stop, and what is in force.
 */
@NullMarked
package io.sallyport.gateway;

import org.jspecify.annotations.NullMarked;
