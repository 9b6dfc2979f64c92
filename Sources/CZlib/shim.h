#pragma once
#include <zlib.h>

// Both are macros, which Swift cannot import. 16 more than the size of the window stands for gzip's header and trailer.
static inline int bookstore_deflate_init(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
}
static inline int bookstore_inflate_init(z_stream *stream) { return inflateInit2(stream, 16 + MAX_WBITS); }
