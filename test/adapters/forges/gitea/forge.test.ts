import { describe, expect, it } from 'vitest'
import { createGiteaForges, type GiteaForgesOptions } from '../../../../src/adapters/forges/gitea/forges.ts'
import { gitea } from '../../../../src/adapters/forges/gitea/manifest.ts'
import type { CommitSha } from '../../../../src/domain/application/commit.ts'

const URL_WITH_PATH = 'https://git.example/gitea'
const REPOSITORY = `${URL_WITH_PATH}/acme/deploy`
const COMMIT = 'c'.repeat(40) as CommitSha

/** A Gitea of which each path answers something; `asked` is what was. */
function edge(answers: Readonly<Record<string, unknown>>, options: Partial<GiteaForgesOptions> = {}) {
  const asked: { method: string | undefined; path: string; query: string }[] = []
  const fetch = async (address: string, { method }: RequestInit) => {
    const { pathname, search } = new URL(address)
    const path = pathname.replace('/gitea/api/v1', '')
    asked.push({ method, path, query: search })
    const answer = answers[`${path}${search}`] ?? answers[path]
    return answer === undefined ? Response.json({ message: 'not found' }, { status: 404 }) : Response.json(answer)
  }
  const forges = createGiteaForges({ url: URL_WITH_PATH, token: 't0ken', allow: () => true, now: () => 0, fetch, ...options })
  return { asked, forges, forge: forges.forRepository(REPOSITORY) }
}

const side = (label: string, repository = 7) => ({ label, sha: 'b'.repeat(40), repo_id: repository })
const pull = (number: number, differs: object = {}) => ({
  number,
  html_url: `${REPOSITORY}/pulls/${number}`,
  state: 'open',
  title: 'Revert',
  draft: false,
  merged: false,
  merge_commit_sha: null,
  body: '',
  user: { id: 3, login: 'ada' },
  head: side('kedge/revert/a-1'),
  base: side('main'),
  ...differs,
})

describe('finding pull requests', () => {
  it('leaves out the branches of forks, and knows a branch that is gone by its name', async () => {
    const gone = { ...side('kedge/revert/a-1'), ref: 'refs/pull/6/head' }
    const fork = pull(8, { head: side('kedge/revert/a-1', 9) })
    const { forge } = edge({
      '/user': { login: 'kedge' },
      '/repos/acme/deploy/pulls?state=open&limit=50&page=1': [fork, pull(7)],
      '/repos/acme/deploy/pulls?state=closed&poster=kedge&limit=50&page=1': [pull(6, { state: 'closed', head: gone })],
      '/repos/acme/deploy/pulls': [],
    })
    expect((await forge.findByBranch('kedge/revert/a-1')).map(({ number, state }) => [number, state])).toEqual([
      [7, 'open'],
      [6, 'closed'],
    ])
  })

  it('counts the newer answer where one is closed between the two questions', async () => {
    const { forge } = edge({
      '/user': { login: 'kedge' },
      '/repos/acme/deploy/pulls?state=open&limit=50&page=1': [pull(7)],
      '/repos/acme/deploy/pulls?state=closed&poster=kedge&limit=50&page=1': [pull(7, { state: 'closed' })],
      '/repos/acme/deploy/pulls': [],
    })
    expect(await forge.findByBranch('kedge/revert/a-1')).toMatchObject([{ number: 7, state: 'closed' }])
  })

  it('knows a draft by its title where an older version does not say', async () => {
    const drafts = ['WIP: two', '[wip] two', 'two WIP:'].map((title, index) => pull(index + 1, { title, draft: undefined }))
    const { forge } = edge({ '/repos/acme/deploy/pulls': drafts })
    expect((await forge.listOpen('main')).map(({ number }) => number)).toEqual([3])
  })
})

describe('who closed it', () => {
  const issue = '/repos/acme/deploy/issues/6'
  const close = (id: number, login: string) => ({ type: 'close', user: { id, login } })
  it.each([
    ['us by the last close, on a later page', [close(3, 'kedge')], true],
    ['another that closed it again', [close(3, 'kedge'), close(4, 'stale')], false],
    ['nobody, where the account is gone', [close(-1, 'Ghost')], undefined],
  ])('is %s', async (_, closes, expected) => {
    const comment = { id: 1, body: 'note=1', user: { id: 3, login: 'kedge' } }
    const { forge } = edge({
      '/user': { login: 'kedge' },
      [`${issue}/comments`]: [comment],
      [`${issue}/timeline?limit=50&page=1`]: [{ type: 'comment', user: comment.user }],
      [`${issue}/timeline?limit=50&page=2`]: closes,
      [`${issue}/timeline`]: null,
    })
    expect(await forge.hasClosed(6, 'note=1')).toBe(expected)
  })
})

describe('where a commit came from', () => {
  it('counts people whose newest verdict is an approval that stands, and no bots', async () => {
    const review = (login: string, state: string, differs: object = {}) => ({ state, user: { id: 5, login }, ...differs })
    const { forge } = edge({
      [`/repos/acme/deploy/commits/${COMMIT}/pull`]: pull(3, {
        state: 'closed',
        merged: true,
        merge_commit_sha: COMMIT,
        merged_by: { id: 6, login: 'grace' },
      }),
      '/repos/acme/deploy/pulls/3/reviews?limit=50&page=1': [
        review('grace', 'APPROVED'),
        review('grace', 'COMMENT'),
        review('linus', 'APPROVED'),
        review('linus', 'REQUEST_CHANGES'),
        review('alan', 'REQUEST_CHANGES'),
        review('alan', 'APPROVED'),
        review('alan', 'REQUEST_REVIEW'),
        review('edsger', 'APPROVED', { dismissed: true }),
        review('renovate[bot]', 'APPROVED'),
        { state: 'APPROVED', user: { id: -2, login: 'gitea-actions' } },
        { state: 'APPROVED', user: null },
        review('ada', 'APPROVED'),
      ],
      '/repos/acme/deploy/pulls/3/reviews': [],
    })
    expect(await forge.introducedBy(COMMIT)).toEqual({
      number: 3,
      url: `${REPOSITORY}/pulls/3`,
      author: 'ada',
      approvers: ['grace', 'alan'],
      mergedBy: 'grace',
    })
  })
})

describe('where the credential goes', () => {
  it.each(['https://git.example/acme/deploy', 'https://git.example/giteax/acme/deploy', 'https://git.example/gitea/acme/deploy/src'])(
    '%j is no repository below its path',
    async (repoURL) => {
      const { forges } = edge({})
      expect(() => forges.forRepository(repoURL)).toThrow(expect.objectContaining({ code: 'E_FORGE_UNSUPPORTED' }))
      expect(await forges.credentialsFor(repoURL)).toBeUndefined()
    },
  )

  it('Git gets the token for an allowed repository, and never in the clear', async () => {
    const { forges } = edge({}, { allow: (repoURL) => !repoURL.includes('other') })
    expect(await forges.credentialsFor(`${REPOSITORY}.git`)).toEqual({ username: 'kedge', password: 't0ken' })
    await expect(forges.credentialsFor('http://git.example/gitea/acme/deploy')).rejects.toMatchObject({ code: 'E_REPOSITORY_NOT_ALLOWED' })
    await expect(forges.credentialsFor(`${URL_WITH_PATH}/acme/other`)).rejects.toMatchObject({ code: 'E_REPOSITORY_NOT_ALLOWED' })
  })

  it('a write is held back where another process may be acting by now, and a read is not', async () => {
    const assertMayAct = (): never => {
      throw new Error('another leads')
    }
    const { forge, asked } = edge({ '/repos/acme/deploy/pulls/6': pull(6) }, { assertMayAct })
    await expect(forge.updateBody(6, 'words')).rejects.toThrow('another leads')
    await expect(forge.close(6)).rejects.toThrow('another leads')
    expect(asked.map(({ method }) => method)).toEqual(['GET'])
  })
})

it('links to commits below the path of its pages, whatever host Git clones from', () => {
  const options = { url: `${URL_WITH_PATH}/`, host: 'ssh.git.example', tokenFile: undefined, webhook: { secretFile: undefined } }
  expect(gitea.gitHost(options)).toBe('ssh.git.example')
  expect(gitea.commitUrl(options, 'ssh.git.example/gitea/acme/deploy', COMMIT)).toBe(`${REPOSITORY}/commit/${COMMIT}`)
  expect(edge({}).forge.commitUrl(COMMIT)).toBe(`${REPOSITORY}/commit/${COMMIT}`)
})

it('stops what Gitea makes links of in rendered text', () => {
  expect(gitea.markup.inlineText('!12 #12 @all acme/deploy!3')).not.toMatch(/[!#](?=\d)(?<!&#)|@(?=\w)/)
  // Found on the real one: an entity is none any more when it looks for addresses.
  expect(gitea.markup.inlineText('https://evil.example')).toBe('https&#58;&#8203;//evil.example')
})
