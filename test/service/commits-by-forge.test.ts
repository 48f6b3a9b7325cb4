import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { FORGES, type DemoForge } from '../../src/demo/forges.ts'
import { writeConfig } from '../../src/demo/stage.ts'
import { createService } from '../../src/service.ts'
import { rename } from '../../src/simulator/github/forge.ts'
import { createScene } from '../../src/simulator/world.ts'
import { GH013, refusePushes } from '../simulation/forge-over.ts'
import { holds } from '../until.ts'

const MOST_MS = 40_000

/** A forge that takes no push, and the real service before it, which lets the forge commit. */
async function open(forge: DemoForge) {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'kedge-commits-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const world = stack.use(await createScene(forge.start, { pace: 0.1, pods: { startMs: 5, readyMs: 10 }, pollMs: 50 }))
  await world.untilRollout(({ status }) => status?.phase === 'Healthy')
  const file = await writeConfig({ world, folder, port: 0, forge })
  const text = (await readFile(file, 'utf8')).replace(
    /-token \}\]/,
    '-token, commits: { via: api, author: { name: Bot, email: bot@acme.example }, signOff: true, prefix: "fix: " } }]',
  )
  await writeFile(file, text)
  const { config, secrets } = loadConfig({ file, env: {} })
  const service = stack.use(await createService(config, secrets))
  await service.ready()
  await refusePushes({ dir: world.repository.git.directory }, GH013)
  const running = stack.move()
  return { world, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

test.concurrent.each([...FORGES.values()])(
  'where $name takes no push, it commits the revert itself; renamed with the PR open, that one is followed to its end',
  async (forge) => {
    await using at = await open(forge)
    const { world } = at
    const { repository } = world
    const before = await repository.git.show(repository.tips.get('main') ?? '')
    world.scriptMetric((image) => (image.endsWith(':v1.8.0') ? 0.5 : 0.99))
    await world.commitImage('v1.8.0', 'alice')
    await holds('a PR', () => repository.pulls.size === 1, MOST_MS)
    const [pull] = repository.pulls.values()
    const made = await repository.git.show(pull?.headSha ?? '')
    expect([made.tree, made.parents]).toEqual([before.tree, [repository.tips.get('main')]])
    expect(made.message).toMatch(
      /^fix: Revert "Release checkout v1\.8\.0"\n\n[^]*\nKedge-Revert-Key: \w+\nSigned-off-by: Bot <bot@acme\.example>/,
    )

    await rm(join(repository.git.directory, 'hooks', 'pre-receive'))
    rename(world.forge.forge, repository, 'delivery')
    await world.mergePullRequest(pull?.number ?? 0, 'bob')
    // Which Kedge does once it has seen how the PR ended, under the name that the repository has now.
    await holds('the branch gone', () => !repository.tips.has(pull?.head ?? ''), MOST_MS)
    expect(repository.pulls.size).toBe(1)
  },
  150_000,
)
