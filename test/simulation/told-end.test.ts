import { expect, it } from 'vitest'
import { createRunningStage } from './stage.ts'

const MINUTE = 60_000

it('where no PR was opened, the thread tells that it is tried again, how that went, and the end', async () => {
  await using stage = await createRunningStage({ policy: { mode: 'notify' } })
  const deed = async (happens: () => void): Promise<readonly string[]> => {
    happens()
    await stage.show()
    await stage.advance(MINUTE)
    return stage.cards()[0]?.thread ?? []
  }
  await stage.release('v2')
  const again = 'It is being tried again. Should it fail once more, that is decided anew.'
  const failed = expect.stringMatching(/^No revert PR: the mode is notify\. Git still asks/)
  expect(await deed(() => stage.web.abort())).toEqual([])
  expect(await deed(() => stage.web.retry())).toEqual([again])
  expect(await deed(() => stage.web.abort())).toEqual([again, failed])
  await deed(() => stage.web.retry())
  expect(await deed(() => stage.web.healthy('v2'))).toEqual([again, failed, again, 'Its version serves, as Git asks.'])
})

it('a mute that ends while the release is still failed has a first message that reads as one', async () => {
  await using stage = await createRunningStage()
  stage.policy = { mode: 'notify', mutedUntil: stage.clock.now() + 10 * MINUTE }
  await stage.release('v2')
  await stage.abort()
  await stage.advance(5 * MINUTE)
  expect(stage.cards()).toEqual([])
  await stage.advance(10 * MINUTE)
  expect(stage.cards()).toMatchObject([
    {
      card: { todo: 'Revert it in Git or fix forward', outcome: expect.stringMatching(/^No revert PR: the mode is notify\./) },
      thread: [],
    },
  ])
})
