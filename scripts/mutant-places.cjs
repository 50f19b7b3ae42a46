// Finds a mutant's text in a file, however the formatter has broken its lines: white space
// and the commas that it puts before closing brackets do not count.

/** The characters of a text that count, each with its place. */
function significant(text) {
  const kept = [];
  for (let at = 0; at < text.length; at++)
    if (!/\s/.test(text[at])) kept.push({ character: text[at], at });
  return kept.filter(
    ({ character }, index) => character !== ',' || !/[)\]}]/.test(kept[index + 1]?.character ?? ''),
  );
}

const joined = (characters) => characters.map(({ character }) => character).join('');

/** Start and end of each place; ends are exclusive. The text as it is written comes first. */
function placesOf(text, find) {
  const exact = exactPlaces(text, find);
  return exact.length > 0 ? exact : reflowedPlaces(text, find);
}

function exactPlaces(text, find) {
  const places = [];
  for (let at = text.indexOf(find); at !== -1; at = text.indexOf(find, at + 1))
    places.push({ start: at, end: at + find.length });
  return places;
}

function reflowedPlaces(text, find) {
  const characters = significant(text);
  const whole = joined(characters);
  const wanted = joined(significant(find));
  const places = [];
  for (let at = whole.indexOf(wanted); at !== -1; at = whole.indexOf(wanted, at + 1)) {
    places.push({ start: characters[at].at, end: characters[at + wanted.length - 1].at + 1 });
  }
  return places;
}

module.exports = { placesOf };
