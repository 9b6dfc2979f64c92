// Filled by the first type.
