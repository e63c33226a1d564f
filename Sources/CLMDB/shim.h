#ifndef ROOST_CLMDB_SHIM_H
#define ROOST_CLMDB_SHIM_H
#include <lmdb.h>
#endif
