// Every kernel by name. The files Kernels/*.h define th_NAME for each NAME here.
#ifndef TAPEHEAD_KERNEL_LIST_H
#define TAPEHEAD_KERNEL_LIST_H

#define TH_KERNEL_LIST(X) \
  /* Elementwise.h */ \
  X(copy) X(broadcast) X(affine) X(add) X(subtract) X(multiply) X(divide) \
  X(exp) X(log) X(tanh) X(sigmoid) X(softplus) X(square) X(sqrt) X(relu) X(clamp) \
  X(tanh_gradient) X(sigmoid_gradient) X(softplus_gradient) X(relu_gradient) X(clamp_gradient) \
  X(activate) X(activate_gradient) \
  /* Product.h */ \
  X(linear) X(linear_input_gradient) X(linear_weight_gradient) X(row_sum) \
  X(pack_matrix) X(pack_transpose) \
  X(matrix_vector) X(matrix_vector_gradient) X(vector_matrix) X(outer_product) \
  /* Reduction.h */ \
  X(total) X(sum_columns) X(dot) X(softmax) X(softmax_gradient) \
  X(binary_cross_entropy) X(binary_cross_entropy_gradient) \
  X(softmax_cross_entropy) X(softmax_cross_entropy_gradient) \
  /* Recurrent.h */ \
  X(lstm_gates) X(lstm_gates_gradient) \
  /* ContentAddressing.h, LocationAddressing.h, Sharpening.h */ \
  X(cosine_similarity) X(cosine_similarity_gradient) \
  X(content_weighting) X(content_weighting_gradient) X(interpolate) X(interpolate_gradient) \
  X(circular_convolution) X(circular_convolution_gradient) X(sharpen) X(sharpen_gradient) \
  /* Memory.h */ \
  X(erase_and_add) X(erase_and_add_gradient) \
  /* Usage.h, Allocation.h */ \
  X(retention) X(retention_gradient) X(usage) X(usage_gradient) \
  X(allocation) X(allocation_gradient) \
  /* Links.h */ \
  X(link_step) X(link_step_gradient) X(precedence) X(precedence_gradient) \
  /* Largest.h, SparseLinks.h */ \
  X(keep_largest) X(keep_largest_gradient) X(sparse_link_update) X(sparse_link_update_gradient) \
  X(sparse_link_directions) X(sparse_link_directions_gradient) \
  /* Blend.h, MaskedSimilarity.h */ \
  X(blend) X(blend_gradient) X(scale_slots) X(scale_slots_gradient) \
  X(masked_similarity) X(masked_similarity_gradient) \
  /* Update.h */ \
  X(graves_rmsprop) X(torch_rmsprop) X(adam) X(momentum) X(clip_values) X(scale) X(sum_of_squares) \
  X(count_non_finite) \
  /* Peak.h */ \
  X(peak)

#endif
