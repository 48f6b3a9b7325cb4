import { createMemoryForges, type MemoryForges } from '../../../src/adapters/forges/memory/forge.ts'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { Forge } from '../../../src/ports/forge.ts'
import type { ForgeWorld } from '../../contract/forge-world.ts'

export const REPOSITORY = 'https://git.example/acme/deploy.git'

/** What the contract of a forge asks of the people around it, where the forge only remembers. `through`: by which way it is asked. */
export function rememberedForge(through: (forges: MemoryForges) => Forge | undefined): ForgeWorld {
  const heads = new Map<string, string>()
  const forges = createMemoryForges({ now: () => 0, headOf: async (_, branch) => heads.get(branch) })
  const forge = through(forges)
  if (!forge) throw new Error(`no forge knows ${REPOSITORY}`)
  const pull = (number: number) => forges.pullRequests(REPOSITORY)[number - 1]
  return {
    forge,
    base: 'main',
    async branch(name) {
      const head = String(heads.size + 1)
        .repeat(40)
        .slice(0, 40)
      heads.set(name, head)
      return head
    },
    draft: (branch) => forges.openByHuman(REPOSITORY, { branch, base: 'main', title: 'wip', body: '', author: 'ada', draft: true }),
    closeByHuman: async (number) => forges.closeByHuman(REPOSITORY, number),
    async merge(number) {
      forges.merge(REPOSITORY, number, 'e'.repeat(40), 'grace')
      return 'e'.repeat(40)
    },
    approve: async (number) => forges.approve(REPOSITORY, number, 'grace'),
    comments: async (number) => pull(number)?.comments.map(({ text }) => text) ?? [],
    labels: async (number) => pull(number)?.labels ?? [],
    label: async (number, label) => forges.label(REPOSITORY, number, label),
    refuseStatuses: () => forges.refuseStatuses(REPOSITORY, 'No right to statuses.'),
    async introduce() {
      const source = { number: 3, url: 'https://git.example/acme/deploy/pull/3', author: 'ada', approvers: ['grace'], mergedBy: 'grace' }
      forges.introduce(REPOSITORY, 'd'.repeat(40) as CommitSha, source)
      return { commit: 'd'.repeat(40), source }
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}
