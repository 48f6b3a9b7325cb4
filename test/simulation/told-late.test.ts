import { expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import { createGate, pass, showAndPass } from './git-gate.ts'
import type { Raw } from './objects.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

it('the age of what waits for its channel is that of the first news that did not get through, whatever takes its place', async () => {
  const refuse = async (): Promise<never> => {
    throw new KedgeError('E_NOTIFIER_REJECTED', 'is_archived')
  }
  await using stage = await createRunningStage({
    policy: { mode: 'notify' },
    wrap: (environment) => ({ ...environment, channel: environment.channel && { ...environment.channel, publish: refuse } }),
  })
  await stage.release('v2')
  const began = stage.clock.now()
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    await stage.abort()
    await stage.advance(600_000)
    stage.web.retry()
    await stage.show()
  }
  const waiting = stage.ledger.pendingEffects()
  expect(waiting.map(({ lastError }) => lastError)).toEqual(['E_NOTIFIER_REJECTED: is_archived'])
  expect((waiting[0]?.createdAt ?? Infinity) - began).toBeLessThan(5_000)
})

const causes = (stage: RunningStage) => stage.cards().map(({ card }) => card.fields.find(({ label }) => label === 'Cause')?.value)

it('a second failure is told though Kedge is killed before it could, and Git does not answer the next one either', async () => {
  const git = createGate()
  let starts = 0
  await using stage = await createRunningStage({
    policy: { mode: 'notify' },
    wrap(environment) {
      starts += 1
      const mine = starts
      // Whoever was killed writes nothing any more.
      const append: typeof environment.ledger.append = async (entries) => {
        if (mine !== starts) throw new Error('killed')
        return environment.ledger.append(entries)
      }
      return git.wrap({ ...environment, ledger: { ...environment.ledger, append } })
    },
  })
  using _open = git
  await stage.release('v2')
  await stage.abort()
  git.close()
  stage.web.retry()
  await showAndPass(stage, 5_000)
  stage.web.abort()
  await showAndPass(stage, 0)
  for (let turn = 0; turn < 100 && stage.failed()[0]?.attempts.length !== 2; turn += 1) await pass(stage, 100)
  expect(causes(stage)).toEqual([expect.not.stringContaining('attempt 2')])
  await Promise.race([stage.start(), pass(stage, 5_000)])
  await pass(stage, 5_000)
  expect(causes(stage)).toEqual([expect.stringContaining('attempt 2')])
})

it('the first words follow who serves while Git does not answer', async () => {
  const git = createGate()
  await using stage = await createRunningStage({ wrap: git.wrap })
  using _open = git
  await stage.release('v2')
  git.close()
  const objects = stage.web.objects.bind(stage.web)
  const notAvailable = (one: Raw): Raw => {
    const { kind, status } = one
    return kind === 'ReplicaSet' ? { ...one, status: { ...Object(status), availableReplicas: 0 } } : one
  }
  stage.web.objects = () => objects().map(notAvailable)
  stage.web.abort()
  await showAndPass(stage, 0)
  await pass(stage, 10_000)
  const titles = () => stage.cards().map(({ card, thread }) => [card.title, thread])
  expect(titles()).toEqual([[expect.stringContaining('it is not proven yet that the version before serves'), []]])
  stage.web.objects = objects
  await showAndPass(stage, 0)
  await pass(stage, 5_000)
  expect(titles()).toEqual([[expect.stringContaining('the cluster went back, Git did not'), []]])
})
