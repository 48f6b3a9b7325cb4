/** Nesting that no manifest has, and that costs a parser its stack. */
const MOST_NESTING = 100
/** Parsing costs by the piece (a key, a space, a line end), not by the byte; 32 kB of what people write are some 8,000. */
const MOST_PIECES = 12_000
/** A document costs as much as so many pieces, however little is in it. It begins by a mark, or by the lexer's own sign for one. */
const OF_A_DOCUMENT = 5

/**
 * Whether a YAML text of somebody else may cost its parser far more than its size: minutes for 11 kB. To be asked before it is parsed.
 * `lex` gives the pieces that the parser's lexer makes of it, one by one: only as many are asked for as are allowed.
 */
export function isCostlyYaml(text: string, lex: (text: string) => Iterable<unknown>): boolean {
  return nests(text) || isLong(lex(text))
}

function isLong(pieces: Iterable<unknown>): boolean {
  let count = 0
  for (const piece of pieces) {
    count += piece === '---' || piece === '\u0002' ? OF_A_DOCUMENT : 1
    if (count > MOST_PIECES) return true
  }
  return false
}

/** Counts what may open a level, inside of texts too: a document with that many brackets in its texts is not read either. */
function nests(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]
    if (char === '[' || char === '{') depth += 1
    else if ((char === ']' || char === '}') && depth > 0) depth -= 1
    if (depth > MOST_NESTING) return true
  }
  return /^[ \t]*(?:[-?:][ \t]+){30}/m.test(text) || / {200}\S/.test(text)
}
