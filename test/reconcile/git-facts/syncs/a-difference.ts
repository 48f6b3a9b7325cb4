import type { CommitSha, GitCommit } from '../../../../src/domain/application/commit.ts'
import { Sealed } from '../../../../src/domain/sealed.ts'
import type { Reduced } from '../../../../src/reconcile/git-facts/commit/reduced.ts'
import { readDifference, type Difference } from '../../../../src/reconcile/git-facts/syncs/by-difference.ts'

interface Container {
  image?: string
  level?: string
  /** Of a variable that it need not have. */
  more?: string
}

/** What N and N+1 run, held against commits, each of which is what one file says then. */
export async function difference(
  n: Container,
  next: Container,
  commits: Readonly<Record<string, string>>,
  paths: readonly string[] = ['values.yaml'],
): Promise<Difference> {
  const live = ({ image = 'web:v1', level = '1', more }: Container) => ({
    template: new Sealed({
      spec: {
        containers: [
          { name: 'main', image, env: [{ name: 'LEVEL', value: level }, ...(more === undefined ? [] : [{ name: 'MORE', value: more }])] },
        ],
      },
    }),
    ephemeralMetadata: undefined,
  })
  const set = (podTemplateHash: string) => ({ podTemplateHash })
  const question = {
    failing: set('n1'),
    stable: set('n'),
    replicaSets: [],
    renderings: { live: async ({ podTemplateHash }: { podTemplateHash: string }) => live(podTemplateHash === 'n' ? n : next) },
    repository: {
      commitsTouching: async () => [{ sha: 'some' }],
      changedPaths: async () => paths,
      readFiles: async (revision: CommitSha, asked: readonly string[]) =>
        asked.includes('values.yaml') ? { 'values.yaml': commits[revision] } : {},
    },
  }
  const found = await readDifference(question as unknown as Parameters<typeof readDifference>[0])
  if (!found) throw new Error('nothing differs')
  return found
}

/** A commit by its name. */
export const at = (sha: string): Reduced => ({ commit: { sha } as GitCommit, inputs: [] })
/** What the one file says. */
export const values = (web: string, level: number, more = ''): string => `web: ${web}\nlevel: ${level}\n${more}`
