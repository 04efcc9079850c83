// All kernels, once for each instruction set: the including file sets TH_TARGET_TABLE to the name of
// its table and the target attribute of its instruction set. No include guard on purpose.
#include "Kernels/Math.h"
#include "Kernels/Elementwise.h"
#include "Kernels/Slots.h"
#include "Kernels/Product.h"
#include "Kernels/Reduction.h"
#include "Kernels/Recurrent.h"
#include "Kernels/ContentAddressing.h"
#include "Kernels/LocationAddressing.h"
#include "Kernels/Sharpening.h"
#include "Kernels/Memory.h"
#include "Kernels/Usage.h"
#include "Kernels/Allocation.h"
#include "Kernels/Links.h"
#include "Kernels/Largest.h"
#include "Kernels/SparseLinks.h"
#include "Kernels/Blend.h"
#include "Kernels/MaskedSimilarity.h"
#include "Kernels/Update.h"
#include "Kernels/Peak.h"

#define TH_ENTRY(name) .name = th_##name,
const th_kernel_table TH_TARGET_TABLE = {TH_KERNEL_LIST(TH_ENTRY)};
#undef TH_ENTRY
