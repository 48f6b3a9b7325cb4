import type { Repository } from '../../../src/simulator/github/forge.ts'
import type { People } from '../../../src/simulator/github/people.ts'
import type { Fault } from '../../../src/simulator/loopback/faults.ts'
import type { WireWorld } from '../../contract/forge-wire.ts'

/** An answer that a stand-in gives in place of its own. */
export const said = (status: number, body: unknown, headers: Record<string, string> = {}): Fault => ({
  kind: 'status',
  status,
  body,
  headers,
})

type Deeds = 'base' | 'branch' | 'draft' | 'closeByHuman' | 'merge' | 'approve' | 'comments' | 'labels' | 'label' | 'commentByHuman'

/** What people do in a repository of a stand-in, whichever forge it stands in for. */
export function deedsIn({ people, repository }: { people: People; repository: Repository }): Pick<WireWorld, Deeds> {
  return {
    base: 'main',
    branch: (name) => people.branch('kedge', { branch: name, files: { [name]: 'restored\n' }, message: 'revert' }),
    draft: (head) => people.openPull('ada', { title: 'wip', head, draft: true }),
    closeByHuman: async (number) => people.close('grace', number),
    merge: (number) => people.merge('grace', number),
    approve: async (number) => people.review('grace', number, 'APPROVED'),
    comments: async (number) => repository.comments.filter((comment) => comment.number === number).map(({ body }) => body),
    labels: async (number) => repository.pulls.get(number)?.labels ?? [],
    label: async (number, label) => repository.pulls.get(number)?.labels.push(label),
    commentByHuman: async (number, text) => people.comment('grace', number, text),
  }
}
