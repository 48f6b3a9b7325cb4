/** "This very template failed before." */
export function templateKey(cluster: string, uid: string, podTemplateHash: string): string {
  return `${cluster}|${uid}|${podTemplateHash}`
}

/** One attempt to move one Rollout from N to N+1: the template, and the number of its ReplicaSet. */
export function releaseKey(template: string, rolloutRevision: number): string {
  return `${template}|${rolloutRevision}`
}

/** One abort of a release; a failure without an abort has its cause in place of the time. */
export function attemptKey(release: string, abortedAt: string): string {
  return `${release}|${abortedAt}`
}
