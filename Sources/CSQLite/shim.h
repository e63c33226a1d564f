#ifndef ROOST_CSQLITE_SHIM_H
#define ROOST_CSQLITE_SHIM_H
#include <sqlite3.h>

// Swift cannot call variadic functions nor use macros that cast to a function pointer, and a C structure that begins
// with another one is best filled in C.

/// Turns one of the on/off settings of a connection on or off.
static inline int roost_sqlite3_db_config_flag(sqlite3 *database, int setting, int on) {
    return sqlite3_db_config(database, setting, on, (int *)0);
}

/// Binds text, of which SQLite keeps a copy. An empty Swift string may have no address, which SQLite would take for NULL.
static inline int roost_sqlite3_bind_text(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_text64(statement, index, bytes ? (const char *)bytes : "", count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// Binds bytes, of which SQLite keeps a copy. An empty Swift array may have no address, which SQLite would take for NULL.
static inline int roost_sqlite3_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
    if (count == 0) return sqlite3_bind_zeroblob(statement, index, 0);
    return sqlite3_bind_blob64(statement, index, bytes, count, SQLITE_TRANSIENT);
}

/// Gives a blob, of which SQLite keeps a copy, as the result of a function.
static inline void roost_sqlite3_result_blob(sqlite3_context *context, const void *bytes, sqlite3_uint64 count) {
    sqlite3_result_blob64(context, bytes, count, SQLITE_TRANSIENT);
}

/// An open file of the page store: what SQLite needs, and whose it is.
typedef struct roost_sqlite3_file {
    sqlite3_file base;
    void *owner;
} roost_sqlite3_file;

/// Makes `file` an open file with these methods and this owner.
static inline void roost_sqlite3_file_set(sqlite3_file *file, const sqlite3_io_methods *methods, void *owner) {
    file->pMethods = methods;
    ((roost_sqlite3_file *)file)->owner = owner;
}

/// The owner that was given when the file was opened.
static inline void *roost_sqlite3_file_owner(sqlite3_file *file) {
    return ((roost_sqlite3_file *)file)->owner;
}
#endif
