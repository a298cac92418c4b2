package io.sallyport.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Chromium without a window, and what it tells of a page. Tests that need it are skipped where it isn't installed. */
final class Browser implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ChromeDriver driver;
    private final URI admin;

    private Browser(ChromeDriver driver, URI admin) {
        this.driver = driver;
        this.admin = admin;
    }

    static void assumeInstalled() {
        assumeTrue(
                program("chromium").isPresent() && program("chromedriver").isPresent(),
                "chromium and chromedriver are not in PATH");
    }

    private static Optional<File> program(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(directory -> new File(directory, name))
                .filter(File::canExecute)
                .findFirst();
    }

    static Browser start(URI admin) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(program("chromium").orElseThrow());
        // Without its own sandbox it runs in containers too; it sees nothing but our own pages.
        options.addArguments(
                "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(program("chromedriver").orElseThrow())
                .build();
        Browser browser = new Browser(new ChromeDriver(service, options), admin);
        browser.size(1280, 1000);
        return browser;
    }

    /** Opens a page of the console, and waits until it is fed. */
    void open(String path) {
        go(path);
        awaitText("#live-text", "live");
    }

    void go(String path) {
        driver.get(admin.resolve(path).toString());
    }

    void leave() {
        driver.get("about:blank");
    }

    void size(int width, int height) {
        // A window can't be as narrow as a phone.
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        driver.manage().window().setSize(new Dimension(Math.max(500, width), height));
    }

    void dark(boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    void awaitText(String selector, String text) {
        await(selector + " shows " + text)
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> text(selector).contains(text));
    }

    /** Waits until the overview was drawn again: each second, while it is live. */
    void awaitBeat() {
        run("document.querySelector('.figures > div').dataset.drawn = 'before'");
        await("the overview is drawn again")
                .atMost(PATIENCE)
                .until(() -> Boolean.TRUE.equals(
                        driver.executeScript("return !document.querySelector('.figures > div').dataset.drawn")));
    }

    String text(String selector) {
        return element(selector).getText();
    }

    WebElement element(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    /** The button that has this text. */
    WebElement button(String text) {
        return driver.findElement(By.xpath("//button[text()='" + text + "']"));
    }

    String title() {
        return String.valueOf(driver.getTitle());
    }

    Object run(String script) {
        return Objects.requireNonNullElse(driver.executeScript(script), "");
    }

    /** What scripts and the engine complained of since it was last asked. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::toString)
                .toList();
    }

    /** Addresses that were asked for since it was last asked, and that are not the gateway's. */
    List<String> strangers() {
        return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .map(entry -> new JsonObject(entry.getMessage()).getJsonObject("message"))
                .filter(message -> List.of("Network.requestWillBeSent", "Network.webSocketCreated")
                        .contains(message.getString("method")))
                .map(message -> message.getJsonObject("params"))
                .map(params -> params.getString(
                        "url", params.getJsonObject("request", new JsonObject()).getString("url")))
                .filter(url -> !url.startsWith("data:")
                        && !admin.getAuthority().equals(URI.create(url).getAuthority()))
                .toList();
    }

    /** Faults that axe calls serious or critical, each with where it is. */
    List<String> accessibilityFaults() throws IOException {
        return faults("{}");
    }

    /** Of these, those that depend on colours. */
    List<String> contrastFaults() throws IOException {
        return faults("{ runOnly: ['color-contrast', 'link-in-text-block'] }");
    }

    private List<String> faults(String options) throws IOException {
        driver.executeScript(axe());
        Object found = driver.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                axe.run(%s).then((result) => done(JSON.stringify(result.violations.map((fault) => ({
                  impact: fault.impact, id: fault.id, where: fault.nodes.map((node) => node.target.join(' ') + ' ' + node.failureSummary).join('; ')
                })))));""".formatted(options));
        return new JsonArray(String.valueOf(found))
                .stream()
                        .map(JsonObject.class::cast)
                        .filter(fault -> List.of("serious", "critical").contains(fault.getString("impact")))
                        .map(fault -> fault.getString("id") + ": " + fault.getString("where"))
                        .toList();
    }

    /** axe-core itself, out of the library of its makers for Selenium. */
    private static String axe() throws IOException {
        try (InputStream in = Objects.requireNonNull(Browser.class.getResourceAsStream("/axe.min.js"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    byte[] picture() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
