import type { ClosedFor, Revert, RevertOutcome } from './revert.ts'

interface Words {
  /** For our last comment, a sentence. */
  readonly comment: string
  /** For a card, a clause. */
  readonly clause: string
}

const WORDS: Readonly<Record<RevertOutcome | ClosedFor, Words>> = {
  restored: {
    comment: 'Git asks for the running version again, so there is nothing left to revert here.',
    clause: 'Git asks for the running version again',
  },
  superseded: {
    comment: 'A newer commit changes the same files, or what is made of them. This revert does not fit it, so it is no longer right.',
    clause: 'a newer commit changes the same inputs',
  },
  rewritten: {
    comment: 'The branch was pushed by force, without the commits that this takes back: merging it would change nothing any more.',
    clause: 'the branch was pushed by force, without the commits that it takes back',
  },
  'other-branch': {
    comment: 'The Application reads another branch now, so merging this would bring nothing back there.',
    clause: 'the Application reads another branch now',
  },
  parameters: {
    comment:
      "The Application's own parameters ask for the running version now, whatever the branch asks for: merging this would change nothing " +
      'that runs. Should they be taken back, the failed version comes back, and it is opened again.',
    clause: "the Application's own parameters ask for the running version now",
  },
  promoted: {
    comment: 'The release was tried again and made it after all. Reverting it would undo a version that serves.',
    clause: 'the release made it after all',
  },
  gone: { comment: 'The Rollout is gone.', clause: 'the Rollout is gone' },
  held: {
    comment: 'Its release failed together with many others, for one cause. It is opened anew when a person releases them.',
    clause: 'its release failed together with many others, for one cause',
  },
  merged: { comment: 'It was merged.', clause: 'it was merged' },
  declined: { comment: 'It was closed by somebody.', clause: 'somebody closed it, and Kedge will not open it again' },
  withdrawn: { comment: 'It is no longer needed.', clause: 'it was no longer right' },
}

/** The same of an Experiment outside of a Rollout, where the words above speak of what runs. */
const OF_EXPERIMENT: Partial<typeof WORDS> = {
  restored: {
    comment: 'Git asks for the failed Experiment no more, so there is nothing left to revert here.',
    clause: 'Git asks for the failed Experiment no more',
  },
  gone: { comment: 'The Experiment that failed is gone from the cluster.', clause: 'the Experiment that failed is gone' },
}

function wordsOf({ outcome, closedFor }: Pick<Revert, 'outcome' | 'closedFor'>, isOfExperiment: boolean): Words | undefined {
  const why = closedFor ?? outcome
  return why ? ((isOfExperiment ? OF_EXPERIMENT[why] : undefined) ?? WORDS[why]) : undefined
}

/** Why our PR is closed, for its last comment. */
export function closingComment(revert: Pick<Revert, 'outcome' | 'closedFor'>, touchedByOthers: boolean, isOfExperiment = false): string {
  const { comment } = wordsOf(revert, isOfExperiment) ?? WORDS.gone
  return touchedByOthers ? `${comment} Somebody else has pushed to this branch, so closing it is left to people.` : `${comment} Closing it.`
}

/** Why our PR was closed, as a clause. */
export function whyClosed(revert: Pick<Revert, 'outcome' | 'closedFor'>, isOfExperiment = false): string {
  return (wordsOf(revert, isOfExperiment) ?? WORDS.withdrawn).clause
}
