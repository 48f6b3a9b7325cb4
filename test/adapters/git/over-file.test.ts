import { describeGitRepository } from '../../contract/git-repository.ts'
import { openAt } from './open.ts'

describeGitRepository('over file://', (origin) => openAt(origin.dir))
