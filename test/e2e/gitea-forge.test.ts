import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createGiteaForges } from '../../src/adapters/forges/gitea/forges.ts'
import { gitea as manifest } from '../../src/adapters/forges/gitea/manifest.ts'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import { describeForgeCommit, type CommitWorld } from '../contract/forge-commit.ts'
import type { ForgeWorld } from '../contract/forge-world.ts'
import { describeForge } from '../contract/forge.ts'
import { loadControlPlane } from './control-plane/control-plane.ts'
import { STATE } from './control-plane/places.ts'
import { createGiteaRepository, type GiteaRepository } from './gitea-repository.ts'
import { ifAnswered, openGitea } from './gitea.ts'

/** Only beside a control plane that has one; the bench plays this as a scenario of its own. */
const place = existsSync(STATE) ? loadControlPlane().gitea : undefined

describe.runIf(place)('beside the control plane', () => {
  const gone = Promise.reject(new Error('there is no Gitea; npm run e2e:up starts one'))
  gone.catch(() => undefined)
  const opened = place ? openGitea(place) : gone

  async function openWorld(): Promise<{ world: ForgeWorld; repository: GiteaRepository }> {
    const gitea = await opened
    const repository = await createGiteaRepository(gitea, `deploy-${randomBytes(4).toString('hex')}`)
    const forges = createGiteaForges({ url: gitea.url, token: gitea.tokens.kedge, allow: () => true, now: () => Date.now() })
    return { repository, world: worldOf(repository, { ...forges.forRepository(repository.cloneUrl), markup: manifest.markup }) }
  }

  describeForge('The real Gitea', async () => (await openWorld()).world)

  describeForgeCommit('The real Gitea', async () => {
    const { world, repository } = await openWorld()
    await repository.commit('ada', { branch: 'main', message: 'feat: one', files: { 'app.yaml': 'one\n', 'old.bin': 'old\n' } })
    return commitWorldOf(repository, world)
  })

  it('what is written from outside makes no link and mentions nobody where Gitea renders it', async () => {
    const gitea = await opened
    const { world, repository } = await openWorld()
    await using _ = world
    await repository.openPull('ada', { title: 'two', head: (await world.branch('feat/two')) && 'feat/two' })
    const hostile =
      '@ada #1 !1 acme/deploy#1 <b> [x](https://evil.example) www.evil.example https://evil.example fixes #1 `@ada` a@b.example'
    const render = async (text: string): Promise<string> => {
      const body = JSON.stringify({ Text: text, Mode: 'comment', Context: repository.path().slice('/repos/'.length) })
      const headers = { authorization: `token ${gitea.tokens.ada}`, 'content-type': 'application/json' }
      return (await fetch(`${gitea.url}/api/v1/markdown`, { method: 'POST', headers, body })).text()
    }
    expect(await render(hostile)).toContain('<a ')
    expect(await render(manifest.markup.inlineText(hostile))).not.toMatch(/<a |<b>|<code>/)
  })

  it('a renamed repository is told with its new name', async () => {
    const { world, repository } = await openWorld()
    await using _ = world
    const name = `delivery-${randomBytes(4).toString('hex')}`
    await repository.rename(name)
    const told = { code: 'E_FORGE_REJECTED', message: expect.stringContaining(`“acme/${name}”`) as string }
    await expect(world.forge.listOpen('main')).rejects.toMatchObject(told)
    await expect(world.forge.open({ branch: 'kedge/revert/a-1', base: 'main', title: 'Revert', body: '' })).rejects.toMatchObject(told)
  })

  it('an archived repository takes no pull request, and a commit that is not there no status', async () => {
    const { world, repository } = await openWorld()
    await using _ = world
    const refusal = await world.forge.setStatus('1'.repeat(40) as CommitSha, {
      context: 'kedge/release',
      state: 'failure',
      description: 'no',
    })
    expect(refusal).toMatch(/404/)
    await world.branch('kedge/revert/a-1')
    await repository.ask('admin', 'PATCH', '', { archived: true })
    await expect(world.forge.open({ branch: 'kedge/revert/a-1', base: 'main', title: 'Revert', body: '' })).rejects.toMatchObject({
      code: 'E_FORGE_FORBIDDEN',
      message: expect.stringContaining('archived') as string,
    })
  })
})

function worldOf(repository: GiteaRepository, forge: ForgeWorld['forge']): ForgeWorld {
  const at = (number: number): string => `/issues/${number}`
  return {
    forge,
    base: 'main',
    branch: (name) =>
      repository.commit('kedge', { branch: name, from: 'main', message: 'revert', files: { [`${name}.yaml`]: 'restored\n' } }),
    draft: (head) => repository.openPull('ada', { title: 'WIP: two', head }),
    closeByHuman: (number) => repository.close('grace', number),
    merge: (number) => repository.merge('grace', number),
    approve: (number) => repository.approve('grace', number),
    comments: async (number) =>
      z
        .array(z.object({ body: z.string() }))
        .parse(await repository.ask('ada', 'GET', `${at(number)}/comments`))
        .map(({ body }) => body),
    labels: async (number) => ((await repository.pull(number)).labels ?? []).map(({ name }) => name),
    async label(number, name) {
      await repository.ask('ada', 'POST', '/labels', { name, color: '#00aabb' })
      await repository.ask('ada', 'POST', `${at(number)}/labels`, { labels: [name] })
    },
    refuseStatuses: () => repository.ask('admin', 'PUT', '/collaborators/kedge', { permission: 'read' }),
    async introduce() {
      await repository.commit('ada', { branch: 'feat/two', from: 'main', message: 'feat: two', files: { 'app.yaml': 'two\n' } })
      const { number, html_url: url } = await repository.openPull('ada', { title: 'feat: two', head: 'feat/two' })
      await repository.approve('grace', number)
      const commit = await repository.merge('grace', number)
      return { commit, source: { number, url, author: 'ada', approvers: ['grace'], mergedBy: 'grace' } }
    },
    [Symbol.asyncDispose]: () => repository[Symbol.asyncDispose](),
  }
}

const Tree = z.object({ tree: z.array(z.object({ path: z.string(), mode: z.string(), sha: z.string() })) })
const Commit = z.object({ parents: z.array(z.object({ sha: z.string() })), commit: z.object({ message: z.string() }) })

function commitWorldOf(repository: GiteaRepository, { forge, base }: ForgeWorld): CommitWorld {
  const read = (below: string): Promise<unknown> => repository.ask('ada', 'GET', below)
  return {
    forge,
    base,
    async headOf(branch) {
      const answer = await read(`/branches/${branch}`).catch(ifAnswered(404))
      return answer === undefined ? undefined : z.object({ commit: z.object({ id: z.string() }) }).parse(answer).commit.id
    },
    async fileAt(commit, path) {
      const { tree } = Tree.parse(await read(`/git/trees/${commit}?recursive=true&per_page=1000`))
      const entry = tree.find((one) => one.path === path)
      if (!entry) return undefined
      const { content } = z.object({ content: z.string() }).parse(await read(`/git/blobs/${entry.sha}`))
      return { mode: entry.mode, oid: entry.sha, content: Buffer.from(content, 'base64') }
    },
    async commitAt(commit) {
      const { parents, commit: told } = Commit.parse(await read(`/git/commits/${commit}?stat=false&files=false`))
      return { parents: parents.map(({ sha }) => sha), message: told.message }
    },
    [Symbol.asyncDispose]: () => repository[Symbol.asyncDispose](),
  }
}
