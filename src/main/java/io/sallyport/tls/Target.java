package io.sallyport.tls;

import io.sallyport.profile.Address;
import org.jspecify.annotations.Nullable;

/**
 * Which server is to be met. Sessions are kept for each apart: what one server was verified for says nothing of another,
 * nor of itself under another name.
 *
 * @param address where it is dialled
 * @param serverName the SNI to send, or null for none, as with an IP address (RFC 6066, section 3)
 * @param expectedName the host name or IP address that its certificate must have
 */
public record Target(Address address, @Nullable String serverName, String expectedName) {}
