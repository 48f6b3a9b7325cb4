import { z } from 'zod'
import { until } from '../until.ts'
import { ifAnswered, OWNER, type BenchGitea, type Person } from './gitea.ts'

const Pull = z.object({
  number: z.number(),
  title: z.string(),
  body: z.string(),
  state: z.string(),
  merged: z.boolean(),
  html_url: z.string(),
  user: z.object({ login: z.string() }),
  head: z.object({ label: z.string(), sha: z.string() }),
  labels: z.array(z.object({ name: z.string() })).nullable(),
})
export type GiteaPull = z.infer<typeof Pull>

const Reviewers = z.object({ requested_reviewers: z.array(z.object({ login: z.string() })).nullable() })

const Combined = z.object({ statuses: z.array(z.object({ context: z.string(), status: z.string() })).nullable() })

export interface GiteaCommit {
  branch: string
  /** Where the branch begins, if it is new. */
  from?: string
  message: string
  files: Readonly<Record<string, string>>
  /** Who wrote it, where that is not who pushes it. */
  author?: { name: string; email: string }
}

/** A repository on the bench's Gitea, and what people do with it there. */
export interface GiteaRepository extends AsyncDisposable {
  readonly cloneUrl: string
  /** Below `/api/v1`; follows a rename. */
  path(): string
  ask(by: Person | 'admin', method: string, below: string, body?: unknown): Promise<unknown>
  commit(by: Person, commit: GiteaCommit): Promise<string>
  openPull(by: Person, pull: { title: string; head: string }): Promise<GiteaPull>
  pull(number: number): Promise<GiteaPull>
  pulls(): Promise<readonly GiteaPull[]>
  approve(by: Person, number: number): Promise<void>
  /** @returns the merge commit */
  merge(by: Person, number: number): Promise<string>
  close(by: Person, number: number): Promise<void>
  /** Who is asked for a review. */
  reviewersOf(by: Person, number: number): Promise<readonly string[]>
  /** The state of a commit's newest status of this context; undefined without one. */
  statusOf(by: Person, commit: string, context: string): Promise<string | undefined>
  rename(name: string): Promise<void>
}

/** Makes `acme/NAME`, in which ada, grace and Kedge may write, and Argo CD may read. It is gone when it is disposed of. */
export async function createGiteaRepository({ ask, url }: BenchGitea, name: string): Promise<GiteaRepository> {
  let path = `/repos/${OWNER}/${name}`
  await ask('admin', 'DELETE', path).catch(ifAnswered(404))
  await ask('admin', 'POST', `/orgs/${OWNER}/repos`, { name, private: true, auto_init: true, default_branch: 'main' })
  const rights = { ada: 'write', grace: 'write', kedge: 'write', 'argo-cd': 'read' }
  for (const [person, permission] of Object.entries(rights)) await ask('admin', 'PUT', `${path}/collaborators/${person}`, { permission })
  const here: GiteaRepository['ask'] = (by, method, below, body) => ask(by, method, path + below, body)

  const mayBeMerged = (number: number): Promise<unknown> =>
    until(
      async () => (z.object({ mergeable: z.boolean() }).parse(await here('ada', 'GET', `/pulls/${number}`)).mergeable ? true : undefined),
      {
        timeoutMs: 30_000,
        what: `Gitea has looked whether #${number} can be merged`,
      },
    )
  const pull = async (number: number): Promise<GiteaPull> => Pull.parse(await here('ada', 'GET', `/pulls/${number}`))

  return {
    cloneUrl: `${url}/${OWNER}/${name}.git`,
    path: () => path,
    ask: here,
    commit: (by, commit) => commitFiles(here, by, commit),
    openPull: async (by, { title, head }) => Pull.parse(await here(by, 'POST', '/pulls', { title, head, base: 'main' })),
    pull,
    pulls: async () => z.array(Pull).parse(await here('ada', 'GET', '/pulls?state=all&limit=50')),
    approve: async (by, number) => void (await here(by, 'POST', `/pulls/${number}/reviews`, { event: 'APPROVED', body: '' })),
    async merge(by, number) {
      await mayBeMerged(number)
      await here(by, 'POST', `/pulls/${number}/merge`, { do: 'merge' })
      return z.object({ merge_commit_sha: z.string() }).parse(await here(by, 'GET', `/pulls/${number}`)).merge_commit_sha
    },
    close: async (by, number) => void (await here(by, 'PATCH', `/pulls/${number}`, { state: 'closed' })),
    async reviewersOf(by, number) {
      const { requested_reviewers: asked } = Reviewers.parse(await here(by, 'GET', `/pulls/${number}`))
      return (asked ?? []).map(({ login }) => login)
    },
    async statusOf(by, commit, context) {
      const { statuses } = Combined.parse(await here(by, 'GET', `/commits/${commit}/status`))
      return statuses?.find((status) => status.context === context)?.status
    },
    async rename(to) {
      await here('admin', 'PATCH', '', { name: to })
      path = `/repos/${OWNER}/${to}`
    },
    [Symbol.asyncDispose]: async () => void (await ask('admin', 'DELETE', path).catch(ifAnswered(404))),
  }
}

const Contents = z.array(z.object({ path: z.string(), sha: z.string() }))

/** One commit of several files, by the contents API. */
async function commitFiles(
  here: GiteaRepository['ask'],
  by: Person,
  { branch, from, message, files, author }: GiteaCommit,
): Promise<string> {
  const changes = []
  for (const [path, text] of Object.entries(files)) {
    const folder = path.split('/').slice(0, -1)
    const listed = await here('ada', 'GET', `${['/contents', ...folder].join('/')}?ref=${from ?? branch}`).catch(ifAnswered(404))
    const sha = Contents.parse(listed ?? []).find((file) => file.path === path)?.sha
    const content = Buffer.from(text).toString('base64')
    changes.push(sha === undefined ? { operation: 'create', path, content } : { operation: 'update', path, content, sha })
  }
  const where = from === undefined ? { branch } : { branch: from, new_branch: branch }
  const answer = await here(by, 'POST', '/contents', { ...where, message, files: changes, ...(author && { author, committer: author }) })
  return z.object({ commit: z.object({ sha: z.string() }) }).parse(answer).commit.sha
}
