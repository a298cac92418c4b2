package io.sallyport.fault;

import java.util.List;
import java.util.stream.Collectors;

/** What the operator gave can't be used. Carries every mistake that was found, at least one of them an error. */
public final class MistakesException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<Mistake> mistakes;

    public MistakesException(List<Mistake> mistakes) {
        super(mistakes.stream().map(m -> m.key() + ": " + m.message()).collect(Collectors.joining("; ")));
        this.mistakes = List.copyOf(mistakes);
    }

    public List<Mistake> mistakes() {
        return mistakes;
    }
}
