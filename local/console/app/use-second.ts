import { useEffect, useState } from 'react';

/** The time in seconds since 1970; renders with each second. */
export function useSecond(): number {
  const [second, setSecond] = useState(() => Date.now() / 1_000);
  useEffect(() => {
    const timer = setInterval(() => setSecond(Date.now() / 1_000), 1_000);
    return () => clearInterval(timer);
  }, []);
  return second;
}
