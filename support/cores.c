#include "support/cores.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

struct thread {
	pthread_t handle;
	cores_work *work;
	void *context;
	struct shares *shares;
	unsigned number;
};

bool shares_take(struct shares *shares, uint64_t *first, uint64_t *count)
{
	*first = atomic_fetch_add(&shares->next, shares->grain);
	if (*first >= shares->count)
		return false;
	*count =
		shares->count - *first < shares->grain ? shares->count - *first : shares->grain;
	return true;
}

unsigned cores_for(uint64_t count, uint64_t grain)
{
	uint64_t shares = count / grain + (count % grain != 0);
	long cores;

	if (shares <= 1)
		return 1; /* without asking the machine, which takes time */
	cores = sysconf(_SC_NPROCESSORS_ONLN);
	if (cores < 1)
		return 1;
	if (cores > CORES_MOST)
		cores = CORES_MOST;
	return shares < (uint64_t)cores ? (unsigned)shares : (unsigned)cores;
}

static void *start(void *argument)
{
	struct thread *thread = argument;

	thread->work(thread->context, thread->shares, thread->number);
	return NULL;
}

void cores_run(uint64_t count, uint64_t grain, cores_work *work, void *context)
{
	struct shares shares = { count, grain, 0 };
	struct thread threads[CORES_MOST];
	unsigned wanted = cores_for(count, grain), started = 1;

	for (; started < wanted; started++) {
		struct thread *thread = &threads[started];
		*thread = (struct thread){
			.work = work, .context = context, .shares = &shares, .number = started
		};
		if (pthread_create(&thread->handle, NULL, start, thread) != 0)
			break; /* the others do its share */
	}
	work(context, &shares, 0);
	for (unsigned i = 1; i < started; i++)
		pthread_join(threads[i].handle, NULL);
}
