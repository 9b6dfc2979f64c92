#pragma once

/// What was built, as the package manifest read it from BUILD_VERSION and BUILD_REVISION.
const char *cbuild_version(void);
const char *cbuild_revision(void);
