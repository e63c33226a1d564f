// CRC-32C. Swift cannot emit the processor's CRC instruction, and this is on the path of every read.
#include "CChecksum.h"
#include <string.h>

#define POLYNOMIAL_REFLECTED 0x82f63b78u

static uint32_t table[256];

__attribute__((constructor)) static void make_table(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t value = byte;
        for (int bit = 0; bit < 8; bit++) {
            value = (value >> 1) ^ ((value & 1) ? POLYNOMIAL_REFLECTED : 0);
        }
        table[byte] = value;
    }
}

uint32_t roost_crc32c_portable(uint32_t crc, const void *bytes, size_t length) {
    const uint8_t *next = bytes;
    crc = ~crc;
    while (length--) {
        crc = table[(crc ^ *next++) & 0xff] ^ (crc >> 8);
    }
    return ~crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t hardware(uint32_t crc, const void *bytes, size_t length) {
    const uint8_t *next = bytes;
    uint64_t value = (uint32_t)~crc;
    while (length >= 8) {
        uint64_t word;
        memcpy(&word, next, 8);
        value = _mm_crc32_u64(value, word);
        next += 8;
        length -= 8;
    }
    uint32_t narrow = (uint32_t)value;
    while (length--) {
        narrow = _mm_crc32_u8(narrow, *next++);
    }
    return ~narrow;
}

static int has_instruction;

__attribute__((constructor)) static void detect(void) {
    __builtin_cpu_init();
    has_instruction = __builtin_cpu_supports("sse4.2");
}

uint32_t roost_crc32c(uint32_t crc, const void *bytes, size_t length) {
    return has_instruction ? hardware(crc, bytes, length) : roost_crc32c_portable(crc, bytes, length);
}

#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>

uint32_t roost_crc32c(uint32_t crc, const void *bytes, size_t length) {
    const uint8_t *next = bytes;
    crc = ~crc;
    while (length >= 8) {
        uint64_t word;
        memcpy(&word, next, 8);
        crc = __crc32cd(crc, word);
        next += 8;
        length -= 8;
    }
    while (length--) {
        crc = __crc32cb(crc, *next++);
    }
    return ~crc;
}

#else

uint32_t roost_crc32c(uint32_t crc, const void *bytes, size_t length) {
    return roost_crc32c_portable(crc, bytes, length);
}

#endif
