#ifndef ROOST_CHECKSUM_H
#define ROOST_CHECKSUM_H
#include <stddef.h>
#include <stdint.h>

/// Continues a CRC-32C (Castagnoli) over `length` bytes. Start with 0; the result of one call is the
/// start of the next. Uses the processor's instruction where it has one.
uint32_t roost_crc32c(uint32_t crc, const void *bytes, size_t length);

/// The same in plain C, whatever the processor: the reference that tests compare with.
uint32_t roost_crc32c_portable(uint32_t crc, const void *bytes, size_t length);

#endif
