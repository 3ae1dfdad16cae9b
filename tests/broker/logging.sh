# Where Java's servers write their logs: to their output (to be sourced).

# log4j1To FILE, log4j2To FILE: the settings of log4j 1, and of log4j 2.
log4j1To() {
    cat >"$1" <<'END'
log4j.rootLogger=INFO, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d %p %m (%c)%n
END
}

log4j2To() {
    cat >"$1" <<'END'
rootLogger.level = INFO
rootLogger.appenderRefs = out
rootLogger.appenderRef.out.ref = out
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d %p %m (%c)%n%throwable
END
}
