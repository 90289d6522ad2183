#include "backends/c/plan.h"
#include "support/mem.h"

void c_plan_fused(struct c_plan *plan)
{
	plan->too_large = true;
}
