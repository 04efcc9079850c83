// The kernels for any processor, with the compiler's baseline instructions.
#include "Vector.h"
#define TH_TARGET_TABLE th_table_portable
#include "Kernels.h"
