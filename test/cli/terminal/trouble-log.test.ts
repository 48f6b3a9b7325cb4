import { expect, it } from 'vitest'
import { createTroubleLog } from '../../../src/cli/terminal/trouble-log.ts'
import { describeLogger } from '../../contract/log.ts'

function open() {
  const written: string[] = []
  return { logger: createTroubleLog((text) => void written.push(text)), told: () => written }
}

describeLogger({ name: 'the log at a terminal', tells: true, open })

it('says no more than a short line of each, without sequences, passwords or what is no trouble', () => {
  const { logger, told } = open()
  logger.info('all is well')
  logger.warn('a\u001b[2J\nb', { url: 'https://x:secret@git.example/acme' })
  logger.error('x'.repeat(2_000))
  expect(told()).toEqual(['a b {"url":"https://git.example/acme"}\n', expect.stringMatching(/^x{499}…\n$/)])
})
