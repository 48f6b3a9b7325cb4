import type { Stack } from './layer.ts'

/** The rooms of a pass, from the uppermost down. */
export const RECONCILE: readonly Stack[] = [
  {
    folder: 'src/reconcile',
    rooms: {
      loop: 'what is looked at, when, and in which order: one controller for each cluster, the work queue, what a look leads to',
      experiments: 'standalone Experiments that failed',
      act: 'effects: branch, PR, cards, the second look before a push, and what came of them',
      trace: 'where a release came from: images, pods, commits, who merged',
      quarantine: 'which commits bring back what failed, and their marks at the forge',
      announce: 'commit statuses, comments and deployments at the forge',
      record: 'the one writer of releases, reverts and quarantines, and what a decision or a person has it write',
      'known-forge.ts': 'the forge of a repository, or why it has none',
      tell: 'cards: who is told, of what, and when again',
      outbox: 'what is intended, one try of it, and how long the next one waits',
      decide: 'the case of a pass, and one decision on it',
      storm: 'failures with one cause',
      'git-facts': 'what Git says of a failed release',
      inputs: 'which files an Application is rendered from',
      fields: 'fields of YAML files that are put back',
      look: 'what a look sees of a Rollout, and for how long it has been so',
      'environment.ts': 'the ports and settings that everything here works with',
      alerts: 'what is known of the alerts about Rollouts',
      ledger: 'what is read of the ledger: projections in memory, the walk over its chain',
    },
  },
  {
    folder: 'src/reconcile/git-facts',
    rooms: {
      'ask-git.ts': 'the question to Git, whatever the release is of',
      'source-facts.ts': 'its steps for a Rollout',
      flags: 'its steps for flags that were changed and no template',
      experiments: 'its steps for a standalone Experiment',
      restore: 'what a revert would leave, and its proof',
      beside: 'whose rendering a revert changes as well',
      culprits: 'which commits are to blame, and which came later',
      revisions: 'which commits N and N+1 are',
      syncs: 'which sync brought what',
      commit: 'what a commit is to an Application',
      question: 'what is asked, what renders, and how the answer is put together',
    },
  },
]

/** The rooms of the listeners, from the uppermost down. */
export const HTTP: readonly Stack[] = [
  {
    folder: 'src/http',
    rooms: {
      servers: 'the two listeners, their names, probes and readiness',
      webhooks: 'deliveries from forges, channels and servers of alerts',
      pages: 'the pages',
      metrics: 'what is counted and measured',
      api: 'the routes of the API',
      views: 'what API and pages show of releases and Rollouts',
      commands: 'what a person asks for, and the lists that it is asked from',
      request: 'what every answer needs: options, headers, pages of lists, bodies, signatures',
    },
  },
]
