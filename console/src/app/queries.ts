import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "../api/errors";

/** Nothing goes stale by itself: the stream says when something has changed. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      // A browser that is offline still reaches a server on its own machine.
      networkMode: "always",
      retry: (count, error) => !(error instanceof ApiError && error.status < 500) && count < 2,
    },
  },
});
