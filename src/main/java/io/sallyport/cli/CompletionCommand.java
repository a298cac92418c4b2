package io.sallyport.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what lets a shell complete commands and options. */
@Command(
        name = "completion",
        description = {
            "Print a script that completes commands and options.",
            "bash: source <(sallyport completion bash). zsh: the same. fish: sallyport completion fish | source"
        })
final class CompletionCommand implements Callable<Integer> {

    enum Shell {
        bash,
        zsh,
        fish
    }

    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "bash|zsh|fish", description = "The shell.")
    private Shell shell = Shell.bash;

    CompletionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("not made by picocli");
        }
        CommandLine root = spec.root().commandLine();
        terminal.print(
                switch (shell) {
                    // The script makes zsh load its bash completion itself.
                    case bash, zsh -> AutoComplete.bash(root.getCommandName(), root);
                    case fish -> FishCompletion.script(root);
                });
        return ExitStatus.DONE;
    }
}
