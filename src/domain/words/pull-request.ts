/** A pull request as far as it is known by its number and page. */
interface Numbered {
  readonly number: number
  readonly url: string
}

/** The page of one: `…/group/project/-/merge_requests/12`. */
const MERGE_REQUEST = /\/-\/merge_requests\/\d+\/?(?:[?#]|$)/

/** The number as its forge writes it: `!12` for a merge request, else `#12`. Told by its page, which every ledger has. */
export function pullRequestNumber({ number, url }: Numbered): string {
  return `${MERGE_REQUEST.test(url) ? '!' : '#'}${number}`
}

/** The same with what its forge calls it: `MR !12`, `PR #12`. */
export function pullRequestName(pull: Numbered): string {
  const number = pullRequestNumber(pull)
  return `${number.startsWith('!') ? 'MR' : 'PR'} ${number}`
}
