import { spawn } from 'node:child_process'
import { expect, it } from 'vitest'
import { messageFrom } from '../../bench/child.ts'

const child = (program: string) => spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })

it('a child that ends without an answer is a fault, and not a wait without end', async () => {
  await expect(messageFrom(child('process.exit(3)'))).rejects.toThrow('a child has ended without an answer')
})

it('what a child says right before it ends is heard', async () => {
  expect(await messageFrom(child('process.send({ port: 1 }); process.exit(0)'))).toEqual({ port: 1 })
})
