import { Option, type Command } from 'commander'
import { CAUSES } from '../api/filters.ts'
import { OUTCOMES } from '../api/words.ts'

/** What {@link withReleaseFilters} takes, as commander hands it on. */
export interface ReleaseFilterFlags {
  namespace?: string
  cluster?: string
  name?: string
  outcome?: string
  cause?: string
  open?: true
  from?: string
  to?: string
  search?: string
}

/** The flags by which a command chooses releases: those of the pages and the API. */
export function withReleaseFilters(command: Command): Command {
  return command
    .option('--from <day>', 'only those that began on this day (UTC) or later, or from this moment on')
    .option('--to <day>', 'only those that began on this day (UTC) or before, or up to this moment')
    .option('-n, --namespace <name>', 'only of this namespace')
    .option('--cluster <name>', 'only of this cluster')
    .option('--name <name>', 'only of Rollouts of this name')
    .addOption(new Option('--outcome <outcome>', 'only that ended so').choices(OUTCOMES))
    .addOption(new Option('--cause <cause>', 'only that failed for this').choices(CAUSES))
    .option('--open', 'only that have not ended')
    .option('-q, --search <words>', 'only with these words in the name, the place, an image, the commit or the author')
}
