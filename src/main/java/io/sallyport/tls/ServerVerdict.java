package io.sallyport.tls;

import io.sallyport.pki.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What is found of a server that is looked at closely.
 *
 * @param verdict of all together: its chain, the allow lists, and its state by OCSP
 * @param chain the verdict without OCSP
 * @param staple the verdict by the stapled response alone; null where none came, or where the chain leaves nothing to judge it by
 */
public record ServerVerdict(
        Verdict verdict, Verdict chain, @Nullable Verdict staple) {}
