import { openAt } from '../adapters/git/open.ts'
import { describeGitRepository } from '../contract/git-repository.ts'
import { gitThroughAllDoors } from './doors.ts'

// A mirror as `serve` reaches it: followed, fenced and traced, it keeps to all that a mirror promises.

describeGitRepository('through all doors', async (origin) => {
  const opened = await openAt(origin.dir)
  const repository = await gitThroughAllDoors(opened.repositories).open('https://git.example/acme/gitops.git')
  return { repository, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() }
})
