import type { CommitSha } from '../../../domain/application/commit.ts'
import type { SourceQuestion } from '../question/question.ts'

/** N, what N+1 left, the branch's head, and the revert's own commit. */
export interface States {
  good: CommitSha
  left: CommitSha
  head: CommitSha
  revert: CommitSha
}

/** A Rollout beside the failing one, or an Application, in these states and at other commits; each is asked once. */
export interface Neighbour<Told> {
  readonly name: string
  readonly at: (state: keyof States) => Promise<Told>
  readonly atCommit: (commit: CommitSha) => Promise<Told>
}

/** See {@link Neighbour}. */
export function neighbour<Told>(
  { pushed }: Pick<SourceQuestion, 'pushed'>,
  { name, states }: { name: string; states: States },
  ask: (commit: CommitSha, isUnpublished: boolean) => Promise<Told>,
): Neighbour<Told> {
  const asked = new Map<string, Promise<Told>>()
  const once = (commit: CommitSha, isUnpublished: boolean): Promise<Told> => {
    const key = `${commit} ${isUnpublished}`
    const answer = asked.get(key) ?? ask(commit, isUnpublished)
    asked.set(key, answer)
    return answer
  }
  return {
    name,
    at(state) {
      const isRevert = state === 'revert'
      return once(isRevert ? (pushed ?? states.revert) : states[state], isRevert && pushed === undefined)
    },
    atCommit: (commit) => once(commit, false),
  }
}
