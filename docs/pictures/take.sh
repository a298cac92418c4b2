#!/bin/sh
# Takes the pictures of the console again: a browser looks at a running gateway with traffic. Needs chromium and chromedriver.
set -eu
cd "$(dirname "$0")/../.."
exec mvn -B -q -o verify -Dpictures.write=true -Dtest=NoSuch -Dsurefire.failIfNoSpecifiedTests=false \
    -Dit.test='ConsoleIT#pictures' -Dfailsafe.failIfNoSpecifiedTests=false
