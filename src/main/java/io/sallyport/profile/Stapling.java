package io.sallyport.profile;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * That clients are shown an OCSP response with our certificate.
 *
 * @param responder who is asked for it, in place of whom the certificate names; or null
 * @param cache the directory in which responses outlive the process, or null: they don't
 */
public record Stapling(@Nullable URI responder, @Nullable Path cache) {}
