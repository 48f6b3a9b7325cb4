/** A colon stands in no name of Kubernetes: no Rollout is called so. */
const PREFIX = 'experiment:'

/** What an Experiment of its own is called where else the name of a Rollout stands: in keys, rules, lists and cards. */
export function experimentName(name: string): string {
  return `${PREFIX}${name}`
}

/** The Experiment that such a name stands for; undefined for the name of a Rollout. */
export function experimentNamed(rollout: string): string | undefined {
  return rollout.startsWith(PREFIX) ? rollout.slice(PREFIX.length) : undefined
}

/** Whether a release is the failure of an Experiment of its own, and none of a Rollout's. */
export function isExperiment({ rollout }: { readonly rollout: string }): boolean {
  return experimentNamed(rollout) !== undefined
}
