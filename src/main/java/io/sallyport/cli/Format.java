package io.sallyport.cli;

/** How an answer is printed: for people, or for programs. The names are what is typed. */
enum Format {
    text,
    json
}
