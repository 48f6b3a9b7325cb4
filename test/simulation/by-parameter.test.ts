import { describe, expect, it } from 'vitest'
import { notRendered, pickRollout } from '../../src/domain/application/rendered.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { NO_DIGEST } from '../no-digest.ts'
import { REPO } from './application.ts'
import { boardRow, card } from './git-side.ts'
import { manifest } from './manifest.ts'
import { createRunningStage } from './stage.ts'

const MINUTE = 60_000
const FILE = 'apps/web/rollout.yaml'
const NO_FILES = { readFiles: async () => ({}) }

/** Renders a folder as Argo CD does for an Application whose own parameters name an image: whatever the branch says. */
function rendersWith(parameter: { tag: string | undefined }): (environment: Environment) => Environment {
  return (environment) => ({
    ...environment,
    renderer: {
      digest: NO_DIGEST,
      async render({ application, revisions: [revision = ''], rollout }) {
        const repository = (await environment.repositories.open(REPO)) ?? NO_FILES
        const text = (await repository.readFiles(revision as never, [FILE], 10_000))[FILE]
        if (text === undefined) return notRendered('failed', 'There is no file.')
        const tag = application.sources[0]?.parameters === '{}' ? undefined : parameter.tag
        const manifests = [JSON.parse(tag === undefined ? text : manifest(tag)) as unknown]
        return pickRollout({ manifests, namespace: application.destinationNamespace, analysis: '', irreversible: [] }, rollout)
      },
    },
  })
}

/** v2 has failed, and its PR is open. */
async function failed(by: 'rendering' | 'files') {
  const parameter: { tag: string | undefined } = { tag: undefined }
  const stage = await createRunningStage(by === 'files' ? { renderer: 'none' } : { wrap: rendersWith(parameter) })
  const second = await stage.release('v2')
  await stage.abort()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])

  /** Argo CD syncs a revision with a parameter of the Application's own, or without. */
  const sync = (revision: string, tag: string | undefined): void => {
    parameter.tag = tag
    const source = { repoURL: REPO, targetRevision: 'main', path: 'apps/web' }
    const parameters = tag === undefined ? {} : { directory: { jsonnet: { extVars: [{ name: 'tag', value: tag }] } } }
    stage.app.change({ sources: [{ ...source, ...parameters }] })
    stage.app.sync(revision)
  }
  return Object.assign(stage, { second, sync })
}

type Stage = Awaited<ReturnType<typeof failed>>

async function runs(stage: Stage, tag: string): Promise<void> {
  stage.web.healthy(tag)
  await stage.show()
  await stage.advance(3 * MINUTE)
}

describe.each(['rendering', 'files'] as const)('a release of which the own parameters of the Application ask for N (by %s)', (by) => {
  it.each([
    ['at the very commit that failed', (stage: Stage) => stage.second],
    ["at another team's commit", (stage: Stage) => stage.commit({ 'other/readme': 'y\n' }, 'not ours')],
  ])('is over, and board, card and PR say by what: %s', async (_, at) => {
    await using stage = await failed(by)
    stage.sync(at(stage), 'v1')
    await runs(stage, 'v1')
    expect(boardRow(stage)).toMatchObject({ serving: 'in-step', gitWants: { images: ['registry.example/web:v1'] } })
    expect(stage.failed()).toMatchObject([{ outcome: 'restored', restoredBy: 'parameters' }])
    expect(card(stage)).toMatchObject({ title: 'restored. The parameters of the Application ask for the version before' })
    expect(JSON.stringify(stage.cards().at(-1)?.card)).not.toMatch(/Git did not|Git still asks|agree/)
    expect(stage.pulls()).toMatchObject([
      { state: 'closed', comments: [{ text: expect.stringContaining("Application's own parameters") }] },
    ])
  })

  it('fails anew once they are taken back, and gets a PR again', async () => {
    await using stage = await failed(by)
    stage.sync(stage.second, 'v1')
    await runs(stage, 'v1')
    stage.sync(stage.second, undefined)
    stage.web.canary('v2')
    await stage.show()
    await stage.advance(10_000)
    await stage.abort()
    await stage.advance(MINUTE)
    expect(stage.failed().map(({ outcome }) => outcome)).toContain('open')
    const [newest] = stage.failed().toSorted((a, b) => b.rolloutRevision - a.rolloutRevision)
    expect(newest?.outcome).toBe('open')
    // By files, nothing else tells then that the branch alone made N run.
    const reason = by === 'rendering' ? 'All twelve checks passed' : 'the Application itself changed between the two versions'
    expect(newest?.decision?.reason).toContain(reason)
    expect(stage.pulls().map(({ state }) => state)).toEqual(by === 'rendering' ? ['closed', 'open'] : ['closed'])
  })

  it('is not over where N was brought back by hand, whatever parameters were synced', async () => {
    await using stage = await failed(by)
    stage.sync(stage.second, 'v2')
    stage.web.healthy('v1')
    stage.app.change({ drifted: true, syncStatus: 'OutOfSync', autoSync: false })
    await stage.show()
    await stage.advance(3 * MINUTE)
    expect(boardRow(stage).serving).toBe('undone')
    expect(stage.failed()).toMatchObject([{ outcome: 'open' }])
    expect(stage.failed()[0]).not.toHaveProperty('restoredBy')
  })
})
